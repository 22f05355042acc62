DROP INDEX "facts_value";--> statement-breakpoint
DROP INDEX "workflows_exposure";--> statement-breakpoint
CREATE INDEX "credentials_unlisted" ON "credentials" USING btree ("connection","id") WHERE "credentials"."only_referenced" or "credentials"."gone_at" is not null;--> statement-breakpoint
CREATE INDEX "facts_open_entry" ON "facts" USING btree ("kind","connection","workflow") WHERE "facts"."auth" = 'none';--> statement-breakpoint
CREATE INDEX "facts_value" ON "facts" USING btree ("kind","folded_value","connection","workflow");--> statement-breakpoint
CREATE INDEX "workflows_exposure" ON "workflows" USING btree ("active" DESC NULLS LAST,"exposure" DESC NULLS LAST,"folded_name","ref","connection","id") WHERE "workflows"."gone_at" is null;--> statement-breakpoint
-- Nearly every webhook has an auth and nothing else has: without this the planner expects a fiftieth of them.
CREATE STATISTICS "facts_kind_auth" (mcv) ON "kind", "auth" FROM "facts";--> statement-breakpoint
ANALYZE "facts";

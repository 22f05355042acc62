DROP INDEX "credentials_name";--> statement-breakpoint
DROP INDEX "facts_value";--> statement-breakpoint
DROP INDEX "facts_value_trigram";--> statement-breakpoint
DROP INDEX "facts_label_trigram";--> statement-breakpoint
DROP INDEX "workflows_name";--> statement-breakpoint
DROP INDEX "workflows_name_trigram";--> statement-breakpoint
DROP INDEX "workflows_tags";--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "folded_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "row_digest" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "facts" ADD COLUMN "folded_value" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "facts" ADD COLUMN "folded_label" text;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "folded_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "folded_owner" text;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "folded_project" text;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "folded_tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "exposure" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "row_digest" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "facts_digest" text DEFAULT '' NOT NULL;--> statement-breakpoint
-- What is known already is found by its names at once; the next sync writes the rest.
UPDATE "workflows" SET "folded_name" = lower("name"), "folded_owner" = lower("owner"), "folded_project" = lower("project"), "folded_tags" = lower("tags"::text)::text[];--> statement-breakpoint
UPDATE "credentials" SET "folded_name" = lower("name");--> statement-breakpoint
UPDATE "facts" SET "folded_value" = lower("value"), "folded_label" = case when "kind" = 'credential' then lower("label") end;--> statement-breakpoint
ALTER TABLE "credentials" ALTER COLUMN "folded_name" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "credentials" ALTER COLUMN "row_digest" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "facts" ALTER COLUMN "folded_value" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "folded_name" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "folded_tags" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "exposure" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "row_digest" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "facts_digest" DROP DEFAULT;--> statement-breakpoint
CREATE INDEX "credentials_name_trigram" ON "credentials" USING gin ("folded_name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_exposure" ON "workflows" USING btree ("active" DESC NULLS LAST,"exposure" DESC NULLS LAST,"folded_name","ref") WHERE "workflows"."gone_at" is null;--> statement-breakpoint
CREATE INDEX "workflows_owner_trigram" ON "workflows" USING gin ("folded_owner" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_project" ON "workflows" USING btree ("folded_project");--> statement-breakpoint
CREATE INDEX "credentials_name" ON "credentials" USING btree ("folded_name");--> statement-breakpoint
CREATE INDEX "facts_value" ON "facts" USING btree ("kind","folded_value");--> statement-breakpoint
CREATE INDEX "facts_value_trigram" ON "facts" USING gin ("folded_value" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "facts_label_trigram" ON "facts" USING gin ("folded_label" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_name" ON "workflows" USING btree ("folded_name");--> statement-breakpoint
CREATE INDEX "workflows_name_trigram" ON "workflows" USING gin ("folded_name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_tags" ON "workflows" USING gin ("folded_tags");

ALTER TABLE "runbook_runs" ADD COLUMN "parent" uuid;--> statement-breakpoint
ALTER TABLE "runbook_runs" ADD COLUMN "parent_position" integer;--> statement-breakpoint
ALTER TABLE "runbook_runs" ADD CONSTRAINT "runbook_runs_parent_runbook_runs_id_fk" FOREIGN KEY ("parent") REFERENCES "public"."runbook_runs"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "runbook_steps" ADD COLUMN "owner_reminded_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD COLUMN "commander_reminded_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "runbook_steps_due" ON "runbook_steps" USING btree ("due_at") WHERE state = 'current';
ALTER TABLE "approvals" ADD COLUMN "stepped_up" text;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "leave" jsonb;--> statement-breakpoint
UPDATE "plans" SET "state" = 'expired', "state_reason" = 'It was made before there was an approval policy.', "revision" = "revision" + 1 WHERE "state" IN ('proposed', 'approved');

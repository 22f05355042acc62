ALTER TABLE "connections" ADD COLUMN "watched_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "structures" jsonb;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "made_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "on_at" timestamp (3) with time zone;
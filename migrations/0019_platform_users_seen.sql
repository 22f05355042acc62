ALTER TABLE "platform_users" ADD COLUMN "has_mfa" boolean;--> statement-breakpoint
ALTER TABLE "platform_users" ADD COLUMN "is_invited" boolean;--> statement-breakpoint
ALTER TABLE "platform_users" ADD COLUMN "last_active_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "platform_users" ADD COLUMN "stays" text;
ALTER TABLE "scope_items" ADD COLUMN "convicted_by" uuid;--> statement-breakpoint
ALTER TABLE "scope_items" ADD COLUMN "convicted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "scope_items" ADD COLUMN "conviction" text;--> statement-breakpoint
ALTER TABLE "scope_items" ADD CONSTRAINT "scope_items_convicted_by_people_id_fk" FOREIGN KEY ("convicted_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
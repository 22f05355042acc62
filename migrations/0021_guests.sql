ALTER TABLE "incidents" ADD COLUMN "quiet" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "guest_of" text;--> statement-breakpoint
CREATE INDEX "rooms_incident" ON "rooms" USING btree ("incident");--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_guest_of_unique" UNIQUE("guest_of");
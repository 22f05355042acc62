CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"incident" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"urgent" boolean NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "override" jsonb;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notices_person" ON "notices" USING btree ("person","at");
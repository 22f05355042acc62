CREATE TABLE "factors" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"kind" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"enrolled_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"last_counter" integer NOT NULL,
	"refusals" integer NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	"revision" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "factors" ADD CONSTRAINT "factors_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "factors_person" ON "factors" USING btree ("person");
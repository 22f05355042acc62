CREATE TABLE "revocations" (
	"incident" uuid NOT NULL,
	"connection" uuid NOT NULL,
	"credential" text NOT NULL,
	"ref" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"plan" uuid,
	"done_by" uuid,
	"done_at" timestamp (3) with time zone,
	"done_text" text,
	"confirmed_by" uuid,
	"confirmed_at" timestamp (3) with time zone,
	"confirmed_text" text,
	"revision" integer NOT NULL,
	CONSTRAINT "revocations_incident_connection_credential_pk" PRIMARY KEY("incident","connection","credential")
);
--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_plan_plans_id_fk" FOREIGN KEY ("plan") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_done_by_people_id_fk" FOREIGN KEY ("done_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_confirmed_by_people_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "revocations_plan" ON "revocations" USING btree ("plan");
CREATE TABLE "lockouts" (
	"incident" uuid NOT NULL,
	"connection" uuid NOT NULL,
	"platform_user" text NOT NULL,
	"ref" text NOT NULL,
	"name" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"done_by" uuid,
	"done_at" timestamp (3) with time zone,
	"done_text" text,
	"confirmed_by" uuid,
	"confirmed_at" timestamp (3) with time zone,
	"confirmed_text" text,
	"revision" integer NOT NULL,
	CONSTRAINT "lockouts_incident_connection_platform_user_pk" PRIMARY KEY("incident","connection","platform_user")
);
--> statement-breakpoint
ALTER TABLE "lockouts" ADD CONSTRAINT "lockouts_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lockouts" ADD CONSTRAINT "lockouts_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lockouts" ADD CONSTRAINT "lockouts_done_by_people_id_fk" FOREIGN KEY ("done_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lockouts" ADD CONSTRAINT "lockouts_confirmed_by_people_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
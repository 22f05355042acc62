CREATE TABLE "buttons" (
	"key" text PRIMARY KEY NOT NULL,
	"card" text NOT NULL,
	"line" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"pressed_by" text,
	"pressed_at" timestamp (3) with time zone,
	"heard" text
);
--> statement-breakpoint
CREATE TABLE "heard" (
	"id" text PRIMARY KEY NOT NULL,
	"speaker" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"body" text NOT NULL,
	"answer" "bytea",
	"answer_until" timestamp (3) with time zone,
	"follows" text,
	"taken_by" text,
	"taken_until" timestamp (3) with time zone NOT NULL,
	"acted_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone,
	"refused" text
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"identity" text PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"name" text NOT NULL,
	"linked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"lane" text PRIMARY KEY NOT NULL,
	"taken_by" text,
	"taken_until" timestamp (3) with time zone NOT NULL,
	"retry_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outgoing" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigserial NOT NULL,
	"surface" text NOT NULL,
	"lane" text NOT NULL,
	"to" text NOT NULL,
	"reply" text NOT NULL,
	"keys" text NOT NULL,
	"card" text NOT NULL,
	"urgent" boolean NOT NULL,
	"heard" text,
	"incident" uuid,
	"stored_at" timestamp (3) with time zone NOT NULL,
	"tries" integer NOT NULL,
	"sending_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"reference" text,
	"dropped" text
);
--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "buttons_expires_at" ON "buttons" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "heard_open" ON "heard" USING btree ("taken_until") WHERE answered_at is null;--> statement-breakpoint
CREATE INDEX "heard_refused" ON "heard" USING btree ("speaker","answered_at") WHERE refused is not null;--> statement-breakpoint
CREATE INDEX "heard_answered" ON "heard" USING btree ("answered_at");--> statement-breakpoint
CREATE INDEX "identities_person" ON "identities" USING btree ("person");--> statement-breakpoint
CREATE INDEX "outgoing_waiting" ON "outgoing" USING btree ("lane","urgent" DESC NULLS LAST,"position") WHERE sent_at is null and dropped is null;--> statement-breakpoint
CREATE INDEX "outgoing_cards" ON "outgoing" USING btree ("lane","card","position");--> statement-breakpoint
CREATE INDEX "outgoing_stored" ON "outgoing" USING btree ("stored_at");
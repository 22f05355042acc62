CREATE TABLE "runbook_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"incident" uuid NOT NULL,
	"runbook" text NOT NULL,
	"title" text NOT NULL,
	"content_sha256" text NOT NULL,
	"content" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"state" text NOT NULL,
	"started_by" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"revision" integer NOT NULL,
	CONSTRAINT "runbook_runs_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "runbook_steps" (
	"run" uuid NOT NULL,
	"position" integer NOT NULL,
	"step" text NOT NULL,
	"state" text NOT NULL,
	"owner" uuid,
	"answer" text,
	"note" text,
	"plan" uuid,
	"started_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	CONSTRAINT "runbook_steps_run_position_pk" PRIMARY KEY("run","position")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sha256" text NOT NULL,
	"person" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"user_agent" text NOT NULL,
	CONSTRAINT "sessions_sha256_unique" UNIQUE("sha256")
);
--> statement-breakpoint
ALTER TABLE "runbook_runs" ADD CONSTRAINT "runbook_runs_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runbook_runs" ADD CONSTRAINT "runbook_runs_started_by_people_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD CONSTRAINT "runbook_steps_run_runbook_runs_id_fk" FOREIGN KEY ("run") REFERENCES "public"."runbook_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD CONSTRAINT "runbook_steps_owner_people_id_fk" FOREIGN KEY ("owner") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runbook_steps" ADD CONSTRAINT "runbook_steps_ended_by_people_id_fk" FOREIGN KEY ("ended_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runbook_runs_incident" ON "runbook_runs" USING btree ("incident");--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person");
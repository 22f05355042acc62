CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "connection_secrets" (
	"connection" uuid PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"private_host_allowed" boolean NOT NULL,
	"environment" text NOT NULL,
	"epoch" integer NOT NULL,
	"capabilities" jsonb NOT NULL,
	"missing" text[] NOT NULL,
	"version" text,
	"connected_at" timestamp (3) with time zone NOT NULL,
	"synced_at" timestamp (3) with time zone,
	"coverage" jsonb,
	"revision" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"incident" uuid NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"media_type" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"collected_at" timestamp (3) with time zone NOT NULL,
	"collected_by" uuid,
	"connection" uuid NOT NULL,
	"workflow" text NOT NULL,
	"workflow_name" text NOT NULL,
	"plan" uuid,
	"sealed" "bytea" NOT NULL,
	CONSTRAINT "evidence_number" UNIQUE("incident","number")
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"name" text PRIMARY KEY NOT NULL,
	"value" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident_role_holdings" (
	"incident" uuid NOT NULL,
	"role" text NOT NULL,
	"person" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "incident_role_holdings_incident_role_pk" PRIMARY KEY("incident","role")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"title" text NOT NULL,
	"severity" text NOT NULL,
	"phase" text NOT NULL,
	"visibility" text NOT NULL,
	"drill" boolean NOT NULL,
	"declared_by" uuid NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"members" uuid[] NOT NULL,
	"revision" integer NOT NULL,
	CONSTRAINT "incidents_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"room" text PRIMARY KEY NOT NULL,
	"incident" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instance" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"time_zone" text NOT NULL,
	"operator" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"public_key_pem" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"connection" uuid NOT NULL,
	"id" text NOT NULL,
	"ref" integer NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"owner" text,
	"changed_at" timestamp (3) with time zone,
	"only_referenced" boolean NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"gone_at" timestamp (3) with time zone,
	CONSTRAINT "credentials_connection_id_pk" PRIMARY KEY("connection","id"),
	CONSTRAINT "credentials_ref_unique" UNIQUE("ref")
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"connection" uuid NOT NULL,
	"workflow" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"in_version" text NOT NULL,
	"node" text,
	"label" text,
	"auth" text,
	"method" text,
	"disabled" boolean NOT NULL,
	CONSTRAINT "facts_connection_workflow_position_pk" PRIMARY KEY("connection","workflow","position")
);
--> statement-breakpoint
CREATE TABLE "platform_users" (
	"connection" uuid NOT NULL,
	"id" text NOT NULL,
	"ref" integer NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"role" text,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"gone_at" timestamp (3) with time zone,
	CONSTRAINT "platform_users_connection_id_pk" PRIMARY KEY("connection","id"),
	CONSTRAINT "platform_users_ref_unique" UNIQUE("ref")
);
--> statement-breakpoint
CREATE TABLE "workflows" (
	"connection" uuid NOT NULL,
	"id" text NOT NULL,
	"ref" integer NOT NULL,
	"name" text NOT NULL,
	"active" boolean NOT NULL,
	"archived" boolean NOT NULL,
	"owner" text,
	"project" text,
	"tags" text[] NOT NULL,
	"changed_at" timestamp (3) with time zone,
	"changed_by" text,
	"hash" text NOT NULL,
	"draft_differs" boolean NOT NULL,
	"saves_executions" boolean NOT NULL,
	"last_ran_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"gone_at" timestamp (3) with time zone,
	CONSTRAINT "workflows_connection_id_pk" PRIMARY KEY("connection","id"),
	CONSTRAINT "workflows_ref_unique" UNIQUE("ref")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"handle" text NOT NULL,
	"name" text NOT NULL,
	"permissions" text[] NOT NULL,
	"time_zone" text,
	"added_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"revision" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person" uuid NOT NULL,
	"kind" text NOT NULL,
	"sha256" text NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "person_tokens_sha256_unique" UNIQUE("sha256")
);
--> statement-breakpoint
CREATE TABLE "actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plan" uuid NOT NULL,
	"connection" uuid NOT NULL,
	"workflow" text NOT NULL,
	"ref" text NOT NULL,
	"workflow_name" text NOT NULL,
	"lever" text NOT NULL,
	"ordinal" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"memo" jsonb,
	"requested_at" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"settle_by" timestamp (3) with time zone,
	"not_before" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	"proofs" jsonb NOT NULL,
	"empty_sweeps" integer NOT NULL,
	"revision" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"plan" uuid NOT NULL,
	"digest" text NOT NULL,
	"person" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "approvals_plan_person_pk" PRIMARY KEY("plan","person")
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"position" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "journal_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"action" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"call" text NOT NULL,
	"when" text NOT NULL,
	"outcome" text,
	"text" text
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"incident" uuid NOT NULL,
	"purpose" text NOT NULL,
	"undoes" uuid,
	"query" text NOT NULL,
	"levers" text[] NOT NULL,
	"targets" jsonb NOT NULL,
	"connections" jsonb NOT NULL,
	"requested_by" uuid NOT NULL,
	"approvals_needed" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"nonce" text NOT NULL,
	"digest" text NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"started_at" timestamp (3) with time zone,
	"started_by" uuid,
	"finished_at" timestamp (3) with time zone,
	"revision" integer NOT NULL,
	CONSTRAINT "plans_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "scope_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"incident" uuid NOT NULL,
	"kind" text NOT NULL,
	"connection" text NOT NULL,
	"item" text NOT NULL,
	"name" text NOT NULL,
	"ref" text,
	"observed_hash" text,
	"added_by" uuid NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"dropped_by" uuid,
	"dropped_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "chains" (
	"incident" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"key_id" text NOT NULL,
	"nonce" text NOT NULL,
	"seq" integer NOT NULL,
	"prev_head" text NOT NULL,
	"head" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"incident" uuid NOT NULL,
	"seq" integer NOT NULL,
	"canonical" text NOT NULL,
	"signature" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "timeline_entries" (
	"incident" uuid NOT NULL,
	"seq" integer NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"skew_ms" integer,
	"actor_commit" text NOT NULL,
	"body_commit" text NOT NULL,
	"attachments" jsonb NOT NULL,
	"prev" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "timeline_entries_incident_seq_pk" PRIMARY KEY("incident","seq"),
	CONSTRAINT "timeline_entries_id_unique" UNIQUE("id"),
	CONSTRAINT "timeline_entries_no_fork" UNIQUE("incident","prev")
);
--> statement-breakpoint
CREATE TABLE "timeline_values" (
	"incident" uuid NOT NULL,
	"seq" integer NOT NULL,
	"part" text NOT NULL,
	"salt" text NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "timeline_values_incident_seq_part_pk" PRIMARY KEY("incident","seq","part")
);
--> statement-breakpoint
ALTER TABLE "connection_secrets" ADD CONSTRAINT "connection_secrets_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_role_holdings" ADD CONSTRAINT "incident_role_holdings_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_role_holdings" ADD CONSTRAINT "incident_role_holdings_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_declared_by_people_id_fk" FOREIGN KEY ("declared_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facts" ADD CONSTRAINT "facts_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_users" ADD CONSTRAINT "platform_users_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflows" ADD CONSTRAINT "workflows_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_tokens" ADD CONSTRAINT "person_tokens_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_plan_plans_id_fk" FOREIGN KEY ("plan") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_plan_plans_id_fk" FOREIGN KEY ("plan") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_person_people_id_fk" FOREIGN KEY ("person") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal" ADD CONSTRAINT "journal_action_actions_id_fk" FOREIGN KEY ("action") REFERENCES "public"."actions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_requested_by_people_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_items" ADD CONSTRAINT "scope_items_incident_incidents_id_fk" FOREIGN KEY ("incident") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_items" ADD CONSTRAINT "scope_items_added_by_people_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_items" ADD CONSTRAINT "scope_items_dropped_by_people_id_fk" FOREIGN KEY ("dropped_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_incident_chains_incident_fk" FOREIGN KEY ("incident") REFERENCES "public"."chains"("incident") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timeline_entries" ADD CONSTRAINT "timeline_entries_incident_chains_incident_fk" FOREIGN KEY ("incident") REFERENCES "public"."chains"("incident") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connections_name" ON "connections" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "evidence_incident" ON "evidence" USING btree ("incident");--> statement-breakpoint
CREATE INDEX "incidents_declared_at" ON "incidents" USING btree ("declared_at");--> statement-breakpoint
CREATE INDEX "credentials_name" ON "credentials" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "facts_value" ON "facts" USING btree ("kind",lower("value"));--> statement-breakpoint
CREATE INDEX "facts_value_trigram" ON "facts" USING gin (lower("value") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "facts_label_trigram" ON "facts" USING gin (lower("label") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_name" ON "workflows" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "workflows_name_trigram" ON "workflows" USING gin (lower("name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "workflows_changed_at" ON "workflows" USING btree ("changed_at");--> statement-breakpoint
CREATE INDEX "workflows_last_ran_at" ON "workflows" USING btree ("last_ran_at");--> statement-breakpoint
CREATE INDEX "workflows_tags" ON "workflows" USING gin ("tags");--> statement-breakpoint
CREATE UNIQUE INDEX "people_handle" ON "people" USING btree (lower("handle"));--> statement-breakpoint
CREATE INDEX "actions_plan" ON "actions" USING btree ("plan","ordinal");--> statement-breakpoint
CREATE INDEX "actions_target" ON "actions" USING btree ("connection","workflow");--> statement-breakpoint
CREATE INDEX "journal_action" ON "journal" USING btree ("action","position");--> statement-breakpoint
CREATE INDEX "plans_incident" ON "plans" USING btree ("incident");--> statement-breakpoint
CREATE INDEX "plans_state" ON "plans" USING btree ("state");--> statement-breakpoint
CREATE INDEX "scope_items_incident" ON "scope_items" USING btree ("incident");--> statement-breakpoint
CREATE UNIQUE INDEX "scope_items_once" ON "scope_items" USING btree ("incident","kind","connection","item") WHERE "scope_items"."dropped_at" is null;--> statement-breakpoint
CREATE INDEX "checkpoints_incident" ON "checkpoints" USING btree ("incident","seq");
CREATE TABLE "providers" (
	"connection" uuid NOT NULL,
	"credential" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"private_host_allowed" boolean NOT NULL,
	"account" text,
	"sealed" "bytea" NOT NULL,
	"revision" integer NOT NULL,
	CONSTRAINT "providers_connection_credential_pk" PRIMARY KEY("connection","credential")
);
--> statement-breakpoint
ALTER TABLE "providers" ADD CONSTRAINT "providers_connection_connections_id_fk" FOREIGN KEY ("connection") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;
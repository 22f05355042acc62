CREATE TABLE "security_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"change" jsonb NOT NULL,
	"seen" jsonb NOT NULL,
	"text" text NOT NULL,
	"policy" integer NOT NULL,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"nonce" text NOT NULL,
	"digest" text NOT NULL,
	"sealed" "bytea",
	"state" text NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"revision" integer NOT NULL,
	CONSTRAINT "security_requests_number_unique" UNIQUE("number")
);
--> statement-breakpoint
ALTER TABLE "notices" ALTER COLUMN "incident" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "admin_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "security_requests" ADD CONSTRAINT "security_requests_requested_by_people_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_requests" ADD CONSTRAINT "security_requests_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
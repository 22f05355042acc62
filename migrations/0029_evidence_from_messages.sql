ALTER TABLE "evidence" ALTER COLUMN "connection" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evidence" ALTER COLUMN "workflow" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evidence" ALTER COLUMN "workflow_name" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evidence" ADD COLUMN "room" text;--> statement-breakpoint
ALTER TABLE "evidence" ADD COLUMN "message" text;--> statement-breakpoint
ALTER TABLE "evidence" ADD COLUMN "file" text;--> statement-breakpoint
ALTER TABLE "evidence" ADD COLUMN "author" text;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_origin" CHECK ((num_nulls(connection, workflow, workflow_name) = 0
          and num_nonnulls(room, message, file, author) = 0)
        or (num_nonnulls(connection, workflow, workflow_name) = 0
          and num_nulls(room, message, file, author) = 0));
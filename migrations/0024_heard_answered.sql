DROP INDEX "heard_answered";--> statement-breakpoint
CREATE INDEX "heard_answered" ON "heard" USING btree ("answered_at") WHERE answered_at is not null;
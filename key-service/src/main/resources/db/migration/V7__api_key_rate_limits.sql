-- The key's own limits on the rate of calls: a serialized latchkey.tenancy.v1.Plan with nothing but
-- its rate_limits; null for none.
ALTER TABLE api_key ADD COLUMN rate_limits bytea;

-- Where clients may use keys from, at the node and below; empty for no restriction here.
ALTER TABLE node ADD COLUMN allowed_networks text[] NOT NULL DEFAULT '{}';

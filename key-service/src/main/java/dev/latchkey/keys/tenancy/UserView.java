package dev.latchkey.keys.tenancy;

import java.util.UUID;

/**
 * A user as of one revision, without anything personal. Immutable.
 *
 * @param live whether the user is not deleted
 */
record UserView(UUID id, UUID organizationId, boolean live, long revision) {}

package dev.latchkey.keys.tenancy;

import java.util.OptionalLong;
import java.util.UUID;

/**
 * A plan as of one revision. Immutable.
 *
 * @param keyCeiling how many live keys an organization may have; empty for any number
 */
record PlanView(UUID id, boolean apiAccess, OptionalLong keyCeiling, long revision) {}

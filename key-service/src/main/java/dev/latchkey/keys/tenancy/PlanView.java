package dev.latchkey.keys.tenancy;

import java.util.UUID;

/** A plan as of one revision. Immutable. */
record PlanView(UUID id, boolean apiAccess, long revision) {}

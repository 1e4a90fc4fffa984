package dev.latchkey.keys.decision;

import java.util.List;

/** A requirement as it was put together. Immutable. */
record ListedScopes(List<String> all, List<String> any) implements ScopeRequirement {}

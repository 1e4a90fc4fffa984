package dev.latchkey.tenancy.node;

/**
 * How the text of new keys is made.
 *
 * @param prefix 2 to 12 of {@code [a-z0-9]}, starting with a letter
 * @param showMode whether {@code live} or {@code test} is shown
 * @param showEnvironment whether the environment's slug is shown
 */
public record KeyFormat(String prefix, boolean showMode, boolean showEnvironment) {}

package dev.latchkey.kit.errors;

/**
 * What a caller has used up.
 *
 * @param subject what the amount belongs to: {@code organization:<id>}, {@code key:<id>}
 * @param description a sentence for people
 */
public record QuotaViolation(String subject, String description) {}

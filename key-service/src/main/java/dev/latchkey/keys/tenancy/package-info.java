/**
 * The service's copy of the tenancy: followed from tenant-service, kept in the database, and held
 * in memory for the keys in use. Start with {@link dev.latchkey.keys.tenancy.TenancyModel}. Knows
 * nothing of keys.
 */
@NullMarked
package dev.latchkey.keys.tenancy;

import org.jspecify.annotations.NullMarked;

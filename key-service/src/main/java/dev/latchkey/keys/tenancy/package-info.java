/**
 * The service's copy of the tenancy: followed from tenant-service, kept in the database, and held
 * in memory for the keys in use. Start with {@link dev.latchkey.keys.tenancy.TenancyModel} for the
 * nodes, and {@link dev.latchkey.keys.tenancy.Members} for the users and their roles. Knows nothing
 * of keys.
 */
@NullMarked
package dev.latchkey.keys.tenancy;

import org.jspecify.annotations.NullMarked;

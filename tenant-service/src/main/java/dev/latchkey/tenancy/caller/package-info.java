/**
 * Who calls: asks the key service whose key came with a management call. Start with {@link
 * dev.latchkey.tenancy.caller.KeyServiceAuthenticator}. Knows nothing of the tenancy, and of
 * members what {@link dev.latchkey.tenancy.caller.OwnerRoles} is told; may not import any other
 * package of the service but {@code settings}.
 */
@NullMarked
package dev.latchkey.tenancy.caller;

import org.jspecify.annotations.NullMarked;

/**
 * What a project says of its keys: which scopes there are, roles that keys can have, and what
 * becomes of leaked ones. Start with {@link dev.latchkey.tenancy.policy.KeyPolicy}; {@link
 * dev.latchkey.tenancy.policy.KeyPolicyFields} reads it from a request, {@link
 * dev.latchkey.tenancy.policy.KeyPolicyMessages} knows it on the wire and in its column. May not
 * import any other package of the service.
 */
@NullMarked
package dev.latchkey.tenancy.policy;

import org.jspecify.annotations.NullMarked;

/**
 * The people of organizations, and the roles they have at nodes. Start with {@link
 * dev.latchkey.tenancy.member.Memberships}; {@link dev.latchkey.tenancy.member.OrganizationMembers}
 * is the rule that an organization keeps an OWNER, and the lock that makes it hold. Knows neither
 * gRPC nor the wire; may import {@code node}, {@code plan} and {@code change}, and of {@code
 * caller} the one interface that it answers.
 */
@NullMarked
package dev.latchkey.tenancy.member;

import org.jspecify.annotations.NullMarked;

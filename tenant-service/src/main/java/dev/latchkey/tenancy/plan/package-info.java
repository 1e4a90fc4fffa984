/**
 * Plans: what organizations have bought. Start with {@link dev.latchkey.tenancy.plan.Plans}. Knows
 * neither gRPC nor the wire; may import {@code change} alone of the service's packages.
 */
@NullMarked
package dev.latchkey.tenancy.plan;

import org.jspecify.annotations.NullMarked;

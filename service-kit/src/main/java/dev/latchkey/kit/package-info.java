/**
 * What the services have in common and none of them is about: errors, validation, settings,
 * database access, gRPC set-up, access rules. Plain classes; the services wire them. May not import
 * any service.
 */
@NullMarked
package dev.latchkey.kit;

import org.jspecify.annotations.NullMarked;

/**
 * The least a Micronaut application with a gRPC server can be, for its start to be measured
 * against. Start with {@link dev.latchkey.bare.grpc.BareGrpc}; may import nothing of a service.
 */
@NullMarked
package dev.latchkey.bare.grpc;

import org.jspecify.annotations.NullMarked;

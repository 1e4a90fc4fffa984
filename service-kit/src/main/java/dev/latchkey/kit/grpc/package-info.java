/**
 * How our gRPC servers and channels are set up. Start with {@link
 * dev.latchkey.kit.grpc.ServerTransport} and {@link dev.latchkey.kit.grpc.Channels}.
 */
@NullMarked
package dev.latchkey.kit.grpc;

import org.jspecify.annotations.NullMarked;

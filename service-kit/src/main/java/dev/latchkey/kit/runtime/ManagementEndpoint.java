package dev.latchkey.kit.runtime;

import io.grpc.BindableService;

/**
 * A gRPC service for management: its calls run on virtual threads, so they may wait, and only for
 * callers whom {@link dev.latchkey.kit.access.ManagementInterceptor} lets pass. {@link
 * dev.latchkey.kit.access.Caller#current} says who that is. A service without this mark is bound
 * bare: its handlers run on the event loop and look after themselves.
 */
public interface ManagementEndpoint extends BindableService {}

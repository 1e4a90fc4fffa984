package dev.latchkey.edge.keyservice;

import java.util.Optional;

/**
 * The HTTP request that a call is made for.
 *
 * @param requestId goes along as {@code x-request-id}
 * @param traceparent goes along as {@code traceparent}, where there is one
 */
public record CallOrigin(String requestId, Optional<String> traceparent) {}

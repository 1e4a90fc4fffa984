/**
 * What holds for every request, whatever its path: limits, keys in URLs, request ids, the client's
 * address, the access log, metrics, and the answers to requests that no route takes. Start with
 * {@link dev.latchkey.edge.http.RequestGate}, which sees a request first, then {@link
 * dev.latchkey.edge.http.ExchangeFilter}. May not import gRPC or the routes.
 */
@NullMarked
package dev.latchkey.edge.http;

import org.jspecify.annotations.NullMarked;

/**
 * The questions to key-service behind every route, over streams or by calls, and what their
 * failures mean to an HTTP client. Start with {@link
 * dev.latchkey.edge.keyservice.KeyServiceClient}. May not import Micronaut or the routes.
 */
@NullMarked
package dev.latchkey.edge.keyservice;

import org.jspecify.annotations.NullMarked;

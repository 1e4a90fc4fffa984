/**
 * The JSON of the services' messages, in and out: members named as in the .proto. Start with {@link
 * dev.latchkey.edge.json.MessageReader}. Pure: may not import gRPC, Micronaut or the routes.
 */
@NullMarked
package dev.latchkey.edge.json;

import org.jspecify.annotations.NullMarked;

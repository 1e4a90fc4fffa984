/**
 * The management calls. One endpoint a service, each of which only names its messages; {@link
 * dev.latchkey.tenancy.endpoint.NodeCalls} reads requests and writes answers for all four levels,
 * {@link dev.latchkey.tenancy.endpoint.Writes} is the frame of every change. Nothing here decides
 * anything; nothing may import this package.
 */
@NullMarked
package dev.latchkey.tenancy.endpoint;

import org.jspecify.annotations.NullMarked;

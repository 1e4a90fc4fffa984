/**
 * Deployments of many nodes as real processes: several key-services, tenant-services and edges on
 * one PostgreSQL with a streaming standby, and Redis, with a {@link
 * dev.latchkey.harness.fleet.TcpProxy} on each connection between two of them. Start with {@link
 * dev.latchkey.harness.fleet.Deployment} and {@link dev.latchkey.harness.fleet.Fleet}. Knows
 * nothing of what is shown with it.
 */
@NullMarked
package dev.latchkey.harness.fleet;

import org.jspecify.annotations.NullMarked;

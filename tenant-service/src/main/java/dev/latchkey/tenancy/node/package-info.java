/**
 * The tree of organizations, projects, environments and workspaces. Start with {@link
 * dev.latchkey.tenancy.node.Nodes}; {@link dev.latchkey.tenancy.node.Lineage} is what a node
 * inherits. Knows neither gRPC nor the wire; may import {@code change}, {@code plan} and {@code
 * policy} alone of the service's packages.
 */
@NullMarked
package dev.latchkey.tenancy.node;

import org.jspecify.annotations.NullMarked;

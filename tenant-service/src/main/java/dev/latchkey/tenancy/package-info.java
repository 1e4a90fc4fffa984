/**
 * The tenant service: organizations, projects, environments, workspaces, plans, users and their
 * roles, and the feed of their changes. Start with {@link dev.latchkey.tenancy.Application}, then
 * {@link dev.latchkey.tenancy.node.Nodes}. A call comes in at {@code endpoint}, is done in {@code
 * node}, {@code plan} or {@code member}, is written down in {@code change}, and goes out to those
 * who keep a copy through {@code feed}. Knows nothing of keys; may not import the key service.
 */
@NullMarked
package dev.latchkey.tenancy;

import org.jspecify.annotations.NullMarked;

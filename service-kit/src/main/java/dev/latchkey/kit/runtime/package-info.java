/**
 * How a service comes to life and ends: the order of its start, the beans that every service has,
 * the gRPC server with its interceptors. Start with {@link dev.latchkey.kit.runtime.ServiceHost}.
 * What a service does before its first call it says with {@link
 * dev.latchkey.kit.runtime.BeforeServing}, what it ends before it drains with {@link
 * dev.latchkey.kit.runtime.BeforeDraining}. The only package of the kit that knows Micronaut's
 * container.
 */
@NullMarked
package dev.latchkey.kit.runtime;

import org.jspecify.annotations.NullMarked;

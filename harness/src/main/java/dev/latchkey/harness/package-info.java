/**
 * What proves the platform and shows it: demo tenants, real processes for tests, benchmarks. Start
 * with {@link dev.latchkey.harness.Harness}. Knows the services only through their jars, their
 * settings and their wire contracts.
 */
@NullMarked
package dev.latchkey.harness;

import org.jspecify.annotations.NullMarked;

/**
 * What can be configured of the tenant service; {@link
 * dev.latchkey.tenancy.settings.TenantServiceSettings} is all of it. May not import any other
 * package of the service.
 */
@NullMarked
package dev.latchkey.tenancy.settings;

import org.jspecify.annotations.NullMarked;

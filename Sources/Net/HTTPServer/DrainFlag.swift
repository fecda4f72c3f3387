/// That a server is on its way out, for the routes that tell load balancers so.
package final class DrainFlag {
  package var isSet = false

  package init() {}
}

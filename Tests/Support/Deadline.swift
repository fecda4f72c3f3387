/// The condition did not hold before the deadline.
package struct DeadlinePassed: Error { package let what: String }

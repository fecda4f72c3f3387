/// Which of the two a node is.
package enum NodeRole: String, Sendable { case edge, origin }

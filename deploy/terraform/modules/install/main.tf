resource "helm_release" "this" {
  name             = var.name
  namespace        = var.namespace
  create_namespace = true

  chart   = var.chart
  version = var.chart_version != "" ? var.chart_version : null

  # All or nothing: a release that does not come up is rolled back.
  atomic          = true
  cleanup_on_fail = true
  wait            = true
  timeout         = 600

  values = [
    yamlencode({ image = { repository = var.image, digest = var.digest } }),
    yamlencode(var.values),
  ]
}

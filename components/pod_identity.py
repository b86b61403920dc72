"""Who may take a role that pods work with: one service account, in one namespace, of one cluster."""

from components.policy_document import Statement

_SERVICE = "pods.eks.amazonaws.com"


def pod_trust(sid: str, *, account_id: str, cluster_arn: str, namespace: str, service_account: str) -> Statement:
    """For a PodIdentityAssociation or an add-on's. EKS says in session tags for whom it takes the role.

    Source: EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity", and for the tags "Grant
    Pods access to AWS resources based on tags".
    """
    return Statement(
        sid=sid,
        actions=("sts:AssumeRole", "sts:TagSession"),
        principals={"Service": _SERVICE},
        conditions={
            "StringEquals": {
                "aws:SourceAccount": account_id,
                "aws:RequestTag/eks-cluster-arn": cluster_arn,
                "aws:RequestTag/kubernetes-namespace": namespace,
                "aws:RequestTag/kubernetes-service-account": service_account,
            },
        },
    )

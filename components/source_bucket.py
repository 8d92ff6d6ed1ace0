"""The component that keeps objects as a data source asks for it: private, encrypted, reachable over TLS only."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.access_policies import encrypted_transport_policy
from declarations.data_source import DataSource


class SourceBucket(pulumi.ComponentResource):
    """A bucket with its encryption, its public access blocked, and a policy that refuses what does not come over TLS.

    Several data sources can keep their rows in one bucket, each below a key prefix of its own.

    Attributes:
        bucket: The bucket.
    """

    bucket: aws.s3.Bucket

    def __init__(self, name: str, source: DataSource, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the bucket.

        Args:
            name: The component's name; also the first word of its children's names.
            source: The bucket's name, encryption, protection and tags.
            opts: Options, such as the AWS provider of the owner's account.
        """
        super().__init__("cleanrooms:components:SourceBucket", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        # The rows outlive the program: who deletes the source empties the bucket first, knowingly.
        self.bucket = aws.s3.Bucket(f"{name}-bucket", bucket=source.bucket, tags=dict(source.tags or {}), opts=here)
        encryption: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": source.encryption,
                "kms_master_key_id": source.kms_key_arn,
            },
            # S3 has no bucket keys for dual-layer encryption.
            "bucket_key_enabled": source.encryption == "aws:kms",
        }
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption", bucket=self.bucket.id, rules=[encryption], opts=here
        )
        closed = source.block_public_access
        block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.bucket.id,
            block_public_acls=closed,
            block_public_policy=closed,
            ignore_public_acls=closed,
            restrict_public_buckets=closed,
            opts=here,
        )
        # S3 refuses two changes of a bucket's access at once.
        after = pulumi.ResourceOptions(parent=self, depends_on=[block])
        policy = pulumi.Output.json_dumps(encrypted_transport_policy(source.bucket))
        aws.s3.BucketPolicy(f"{name}-tls-only", bucket=self.bucket.id, policy=policy, opts=after)
        self.register_outputs({"bucket": self.bucket.id})

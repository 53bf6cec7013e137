# Exports made by the layouts of interfaces of which no real file is public, with what is in them: how
# many rows of each table, how many records are rejected and ignored, and sums. All numbers come from a
# generator of its own, so that a file is the same everywhere.
package MadeExports;
use strict;
use warnings;
use utf8;
use Encode qw(encode);

my $state;
sub draw { $state = ($state * 1103515245 + 12345) % 2147483648; return int($state / 65536) }
sub below { my ($bound) = @_; return (draw() * 32768 + draw()) % $bound }
sub digits { my ($count) = @_; return join '', map { below(10) } 1 .. $count }
sub one_of { return $_[below(scalar @_)] }
sub yuan { my ($fen) = @_; return sprintf '%d.%02d', $fen / 100, $fen % 100 }
sub hash_of { my ($i) = @_; return sprintf '%064x', $i * 7919 + 1 }

# An export while it is made.
sub start { my (%about) = @_; $state = $about{seed} // 1; return {rows => {}, rejected => 0, ignored => 0, sums => {}, %about} }

# A row of TABLE; SUMS: "column,direction" => fen.
sub row {
    my ($export, $table, %sums) = @_;
    $export->{rows}{$table}++;
    $export->{sums}{"$table,$_"} += $sums{$_} for keys %sums;
}

# --- fixed lines ---

# Puts TEXT into COUNT bytes of GBK.
sub padded {
    my ($count, $text) = @_;
    my $bytes = encode('cp936', $text);
    die "'$text' is longer than $count bytes\n" if length $bytes > $count;
    return $bytes . ' ' x ($count - length $bytes);
}

my @descriptions = ('线下充值', '活期收益', '银联通道提现', '红包发放', '单边账调账', 'Withdrawal', '转账-满标放款（标的A）', '');

sub aleve {
    my $export = start(profile => 'jiangxi-aleve', file => '3005-ALEVE0082-20180312');
    my $bytes = '';
    for my $i (1 .. 400) {
        my $fen = below(5_000_000);
        my ($flag, $currency, $text) = (one_of('C', 'D'), '156', one_of(@descriptions));
        my $balance = below(900_000_000);
        my $is_wrong = 0;
        if ($i % 100 == 7) { $flag = 'X'; $is_wrong = 1 }
        if ($i % 100 == 9) { $currency = '840'; $is_wrong = 1 }
        my $line = '3005' . padded(19, '621288' . digits(13)) . sprintf('%017d', $fen) . $currency . $flag
          . '20180312' . '20180313' . '20180312' . sprintf('%02d%02d%02d%02d', below(24), below(60), below(60), below(100))
          . digits(6) . digits(6) . one_of('7820', '7616', '5500', '7938')
          . padded(42, $text) . sprintf('%017d', $balance) . padded(19, digits(19)) . one_of('0', '0', '0', '1', ' ')
          . ' ' . sprintf('%06d', $i) . '000000';
        $line .= ' ' x (371 - length $line);
        # Padded by characters, not bytes; cut within a character, its field too; a line cut short.
        if ($i % 100 == 21) { $line = substr($line, 0, 92) . encode('cp936', '线下充值') . ' ' x 38 . substr($line, 134); $is_wrong = 1 }
        if ($i % 100 == 23) { substr($line, 92, 42) = 'x' . encode('cp936', '一' x 20) . "\xD2"; $is_wrong = 1 }
        if ($i % 100 == 25) { $line = substr $line, 0, 370; $is_wrong = 1 }
        $bytes .= "$line\r\n";
        if ($is_wrong) { $export->{rejected}++; next }
        my $side = $flag eq 'C' ? 'credit' : 'debit';
        row($export, 'statement', "amount,CNY,$side" => $fen, "balance_after,CNY,$side" => $balance);
    }
    return {%$export, bytes => $bytes};
}

sub eve {
    my $export = start(profile => 'jiangxi-eve', file => '3005-EVE0082-20180312', seed => 2);
    my $bytes = '';
    for my $i (1 .. 300) {
        my $fen = below(5_000_000);
        my ($flag, $time, $type) = (one_of('C', 'D'), sprintf('0312%02d%02d%02d', below(24), below(60), below(60)), one_of('0200', '0420'));
        my $is_wrong = 0;
        if ($i % 100 == 5) { $time = '0230101500'; $is_wrong = 1 }
        if ($i % 100 == 6) { $flag = ' '; $is_wrong = 1 }
        $bytes .= padded(11, '00000082') . sprintf('%06d', $i) . $time . padded(19, '621288' . digits(13)) . sprintf('%012d', $fen)
          . $flag . $type . digits(6) . padded(40, 'P' . sprintf('%018d', $i)) . digits(6) . ' ' x 19 . one_of('0', '1', ' ')
          . one_of('7820', '2616') . "\n";
        if ($is_wrong) { $export->{rejected}++; next }
        row($export, 'statement', 'amount,CNY,' . ($flag eq 'C' ? 'credit' : 'debit') => $fen);
    }
    return {%$export, bytes => $bytes};
}

# --- check files of the Lanmao standard ---

sub time_of { return sprintf '201803%02d%02d%02d%02d', 1 + below(28), below(24), below(60), below(60) }

# ENCODING; COLUMNS as the interface names them; RECORD->(export, number) gives one record.
sub lanmao {
    my ($type, $encoding, $columns, $record) = @_;
    my $export = start(profile => 'lanmao-' . lc($type =~ tr/_/-/r), file => "20180312_2000000001_$type.txt", seed => length $type);
    my @names = split /,/, $columns;
    my $text = "$columns\n";
    for my $i (1 .. 250) {
        my @fields = $record->($export, $i);
        die "$type: " . @fields . " fields\n" if @fields != @names;
        $text .= join(',', @fields) . "\n";
    }
    return {%$export, bytes => encode($encoding, $text)};
}

sub lanmao_recharge {
    return lanmao('RECHARGE', 'cp936', '充值时间,平台商编,支付公司代码,平台请求流水号,充值订单编号,业务类型,金额,币种,会员编号,平台用户编号,银行卡号,银行编码,支付方式,到账金额,备注,支付公司订单号', sub {
        my ($export, $i) = @_;
        my ($fen, $currency) = (1 + below(9_000_000), $i == 17 ? 'RMB' : 'CNY');
        if ($currency eq 'RMB') { $export->{rejected}++ } else { row($export, 'statement', 'amount,CNY,credit' => $fen) }
        return (time_of(), '2000000001', one_of('YEEPAY', 'FUIOU'), "R$i", "O$i", 'RECHARGE', yuan($fen), $currency, "M$i", 'U' . below(50),
            '622202' . digits(13), 'ICBK', one_of('WEB', 'SWIFT'), yuan($fen), one_of('', '充值'), "P$i");
    });
}

sub lanmao_withdraw {
    return lanmao('WITHDRAW', 'UTF-8', '提现时间,平台商编,平台请求流水号,订单号,业务类型,金额,币种,会员编号,平台用户编号,银行卡号,银行编码,到账金额,备注,提现状态,提现方式,垫资金额,出款类型,提现类型', sub {
        my ($export, $i) = @_;
        my ($fen, $state) = (300 + below(9_000_000), $i == 40 ? 'LOST' : one_of(qw(SUCCESS SUCCESS SUCCESS FAIL ACCEPT_FAIL REMITING)));
        if ($state eq 'LOST') { $export->{rejected}++ }
        elsif ($state =~ /^(SUCCESS|FAIL)$/) { row($export, 'statement', 'amount,CNY,debit' => $fen) }
        else { $export->{ignored}++ }
        return (time_of(), '2000000001', "R$i", "O$i", 'WITHDRAW', yuan($fen), 'CNY', "M$i", 'U' . below(50), '622202' . digits(13), 'ICBK',
            yuan($fen - 200), '', $state, one_of('NORMAL', 'URGENT'), '0.00', 'NORMAL_URGENT', one_of('IMMEDIATE', 'CONFIRMED'));
    });
}

sub lanmao_transaction {
    my @types = qw(TENDER REPAYMENT CREDIT_ASSIGNMENT COMPENSATORY INDIRECT_COMPENSATORY MARKETING INTEREST FUNDS_TRANSFER);
    return lanmao('TRANSACTION', 'cp936', '发生时间,平台商编,平台请求流水号,订单号,业务类型,金额,利息金额,币种,发起方会员编号,发起方平台用户编号,接收方会员编号,接收方平台用户编号,标的号,原订单号,备注,债权份额,商户自定义参数', sub {
        my ($export, $i) = @_;
        my ($fen, $type) = (1 + below(9_000_000), $i % 50 == 3 ? 'FREEZE' : $i == 99 ? 'GIFT' : one_of(@types));
        if ($type eq 'FREEZE') { $export->{ignored}++ }
        elsif ($type eq 'GIFT') { $export->{rejected}++ }
        else { row($export, 'statement', "amount,CNY,$_" => $fen) for qw(credit debit) }
        my $from = $type eq 'MARKETING' ? 'SYS_GENERATE_002' : 'U' . below(50);
        return (time_of(), '2000000001', "R$i", "O$i", $type, yuan($fen), yuan(int($fen / 100)), 'CNY', 'M1', $from, 'M2', 'U' . below(50),
            'P' . below(9), '', one_of('', '还款'), '', '');
    });
}

sub lanmao_commission {
    return lanmao('COMMISSION', 'UTF-8', '扣款时间,平台商编,订单号,业务类型,发起方平台用户编号,接收方平台用户编号,金额,币种,标的号,备注,请求流水号', sub {
        my ($export, $i) = @_;
        my ($fen, $type) = (1 + below(9000), $i == 8 ? 'TIP' : one_of(qw(COMMISSION PROFIT)));
        if ($type eq 'TIP') { $export->{rejected}++ } else { row($export, 'statement', "amount,CNY,$_" => $fen) for qw(credit debit) }
        return (time_of(), '2000000001', "O$i", $type, 'U' . below(50), 'SYS_GENERATE_004', yuan($fen), 'CNY', 'P' . below(9), '', "R$i");
    });
}

sub lanmao_backroll {
    return lanmao('BACKROLL_RECHARGE', 'UTF-8', '充值时间,平台商编,支付公司代码,回充请求流水号,回充订单编号,业务类型,金额,币种,会员编号,平台用户编号,支付方式,提现到账金额,提现佣金,备注,提现请求流水号', sub {
        my ($export, $i) = @_;
        my ($fen, $time) = (300 + below(9000), $i == 30 ? '2018-03-12 10:00' : time_of());
        if ($i == 30) { $export->{rejected}++ } else { row($export, 'statement', 'amount,CNY,credit' => $fen) }
        return ($time, '2000000001', 'FUIOU', "B$i", "O$i", 'BACKROLL_RECHARGE', yuan($fen), 'CNY', "M$i", 'U' . below(50), 'BACKROLL', yuan($fen - 200),
            '2.00', '', "R$i");
    });
}

# --- reports to ifcert ---

sub json_text { my ($text) = @_; return '"' . ($text =~ s/(["\\])/\\$1/gr) . '"' }

# As an envelope and as CSV; RECORDS are lists of keys and values.
sub ifcert {
    my ($name, $inf, $file, $export, $records, $lists) = @_;
    my ($json, $csv) = ('', '');
    for my $i (0 .. $#$records) {
        my @record = @{$records->[$i]};
        my (@members, @names, @values);
        while (my ($key, $value) = splice @record, 0, 2) {
            push @members, json_text($key) . ': ' . json_text($value);
            push @names, $key;
            push @values, $value =~ /[",]/ ? '"' . ($value =~ s/"/""/gr) . '"' : $value;
        }
        push @members, $lists->[$i] if $lists;
        $json .= ($i ? ",\n    " : '') . '{' . join(', ', @members) . '}';
        $csv .= join(',', @names) . "\n" if $i == 0;
        $csv .= join(',', @values) . "\n";
    }
    my $count = @$records;
    $json = qq({\n  "dataType": "1", "apiKey": "made", "timestamp": "1520812800000", "nonce": "7", "version": "1.5",\n)
      . qq(  "sourceCode": "CERT20180312", "infType": "$inf", "batchNum": "CERT20180312_1", "sentTime": "2018-03-12 08:00:00",\n)
      . qq(  "dataList": [\n    $json\n  ],\n  "totalNum": "$count"\n}\n);
    return ({%$export, profile => "ifcert-$name", file => "$file.json", bytes => encode('UTF-8', $json)},
        {%$export, profile => "ifcert-$name-csv", file => "$file.csv", bytes => encode('UTF-8', $csv)});
}

sub transact {
    my $export = start(seed => 3);
    my @records;
    for my $i (1 .. 300) {
        my ($fen, $type) = (1 + below(9_000_000), one_of(1 .. 11, 13, 17 .. 19, 23 .. 28, 30, 32, 33, 40 .. 42));
        # One order is a movement of each kind at most.
        $type = $type == 6 ? 7 : 6 if $i % 2 && $records[-1] && {@{$records[-1]}}->{transType} eq $type;
        $type = 99 if $i == 50;
        $type = 12 if $i == 51;
        my $amount = $i == 52 ? '-1' : yuan($fen);
        if ($i >= 50 && $i <= 52) { $export->{rejected}++ } else { row($export, 'flow', 'amount,CNY,' => $fen) }
        # Of a project and of an assignment, where there must be one.
        my $product = $type =~ /^([1289]|18|19|27|30|33)$/ ? 'P' . below(20) : '-1';
        my $transfer = $type =~ /^(11|17|26)$/ ? 'Z' . below(9) : '-1';
        push @records, [version => '1.5', sourceCode => 'CERT20180312', transId => 'T' . int($i / 2), sourceProductCode => $product,
            sourceProductName => one_of('-1', '车辆抵押，A"1"'), transMoney => $amount, transTime => sprintf('2018-03-%02d %02d:%02d:%02d', 1 + below(28), below(24), below(60), below(60)),
            userIdcardHash => hash_of(below(50)), transferId => $transfer, transType => $type, finClaimId => '-1', replanId => '-1'];
    }
    return ifcert('transact', 4, 'transact', $export, \@records);
}

sub user_info {
    my $export = start(seed => 4);
    my (@records, @lists);
    for my $i (1 .. 200) {
        my $type = $i == 33 ? '3' : $i % 10 ? '1' : '2';
        my $bank_count = below(3);
        my $kind = $type eq '1' ? one_of(0 .. 6) : '-1';
        push @records, [version => '1.5', sourceCode => 'CERT20180312', userAttr => one_of(1 .. 3), userType => $type, userCreateTime => '2017-05-06 07:08:09',
            userName => one_of('张**', '李*'), countries => 1, cardType => $kind, userIdcardHash => hash_of($i), userIdcard => one_of('-1', '11010519491231****'), userPhone => '1380000' . digits(4),
            userPhoneHash => hash_of($i + 1000), userUuid => "U$i", userLawperson => '-1', userFund => '-1', userProvince => one_of('110000', '440300'), userAddress => '-1',
            registerDate => '2017-05-06', userSex => one_of('1', '2', '-1')];
        push @lists, '"userList": [' . join(', ', map { '{"userBankAccount": "622202' . sprintf('%05d%d', $i, $_) . '"}' } 1 .. $bank_count) . ']';
        if ($type eq '3') { $export->{rejected}++ } else { row($export, 'party') }
        row($export, 'account') for 0 .. $bank_count || 0;
        # The account on the platform comes again with each further bank account.
        row($export, 'account') for 2 .. $bank_count;
    }
    my ($json, $csv) = ifcert('user-info', 1, 'userInfo', $export, \@records, \@lists);
    return ($json, {%$csv, rows => {party => $csv->{rows}{party}, account => scalar @records}});
}

sub scatter_invest {
    my $export = start(seed => 5);
    my @records;
    for my $i (1 .. 100) {
        my $fen = 100_00 + below(9_000_000);
        my $way = $i == 70 ? 9 : one_of(0 .. 6);
        if ($way == 9) { $export->{rejected}++ } else { row($export, 'contract', 'principal,CNY,' => $fen) }
        push @records, [version => '1.5', sourceCode => 'CERT20180312', productStartTime => '2018-03-12 09:30:00', productName => "标的$i", sourceProductCode => "P$i",
            userIdcardHash => hash_of($i), loanUse => 1, loanDescribe => '周转, 短期', loanRate => '0.' . sprintf('%06d', 50000 + below(70000)), amount => yuan($fen), surplusAmount => '0.00',
            term => 30 * (1 + below(12)), payType => $way, serviceCost => one_of('-1', '100.00'), loanType => 1, securityType => '-1', securityCompanyAmount => '-1',
            securityCompanyName => '-1', securityCompanyIdcard => '-1', isFinancingAssure => '-1', securityAmount => '-1', projectSource => 1];
    }
    return ifcert('scatter-invest', 2, 'scatterInvest', $export, \@records);
}

sub repay_plan {
    my $export = start(seed => 6);
    my @records;
    for my $i (1 .. 120) {
        my ($fund, $interest) = (below(900_000), below(9000));
        my $issue = $i == 60 ? 'last' : 1 + ($i - 1) % 12;
        if ($issue eq 'last') { $export->{rejected}++ } else { row($export, 'repayment_due', 'principal,,' => $fund, 'interest,,' => $interest) }
        push @records, [version => '1.5', sourceCode => 'CERT20180312', sourceProductCode => 'P' . int(($i - 1) / 12), userIdcardHash => hash_of(int(($i - 1) / 12)), totalIssue => 12,
            issue => $issue, replanId => "R$i", curFund => yuan($fund), curInterest => yuan($interest), curServiceCharge => one_of('-1', '1.00'), repayTime => '2018-04-12 00:00:00'];
    }
    return ifcert('repay-plan', 81, 'repayPlan', $export, \@records);
}

sub creditor {
    my $export = start(seed => 7);
    my @records;
    for my $i (1 .. 150) {
        my $fen = 100 + below(900_000);
        my $time = $i == 11 ? '2018-02-30 00:00:00' : '2018-03-12 10:11:12';
        if ($i == 11) { $export->{rejected}++ } else { row($export, 'claim', 'principal,,' => $fen) }
        push @records, [version => '1.5', sourceCode => 'CERT20180312', finClaimId => "C$i", sourceProductCode => 'P' . below(20), userIdcardHash => hash_of(below(50)),
            invAmount => yuan($fen), invRate => '0.098000', invTime => $time, redpackage => '0.00', lockTime => '2018-06-12'];
    }
    return ifcert('creditor', 82, 'creditor', $export, \@records);
}

sub all {
    return (aleve(), eve(), lanmao_recharge(), lanmao_withdraw(), lanmao_transaction(), lanmao_commission(), lanmao_backroll(),
        transact(), user_info(), scatter_invest(), repay_plan(), creditor());
}

1;
